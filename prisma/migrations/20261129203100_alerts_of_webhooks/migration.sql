-- AlterTable
ALTER TABLE "alerts" ADD COLUMN     "webhook_id" TEXT;

-- One open alert per tenant, and one per webhook of it.
DROP INDEX "alerts_open_tenant";
CREATE UNIQUE INDEX "alerts_open_tenant" ON "alerts" ("tenant_id", COALESCE("webhook_id", '')) WHERE "tenant_id" IS NOT NULL AND "ended_at" IS NULL;
