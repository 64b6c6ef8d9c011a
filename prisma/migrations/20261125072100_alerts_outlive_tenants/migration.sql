-- DropForeignKey: that a tenant no longer needs a person is told also when it was erased.
ALTER TABLE "alerts" DROP CONSTRAINT "alerts_tenant_id_fkey";

-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "repair_since" TIMESTAMPTZ(3);
UPDATE "tenants" SET "repair_since" = "status_since" WHERE "status" IN ('STARTING', 'RECOVERING');

-- CreateIndex
CREATE INDEX "tenants_repair_since_idx" ON "tenants"("repair_since");
