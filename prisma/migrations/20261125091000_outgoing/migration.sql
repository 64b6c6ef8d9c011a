-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "target_id" TEXT;

-- CreateTable
CREATE TABLE "send_paces" (
    "tenant_id" TEXT NOT NULL,
    "per_minute" INTEGER,
    "paced_until" TIMESTAMPTZ(3),

    CONSTRAINT "send_paces_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateIndex
CREATE INDEX "messages_target_id_idx" ON "messages"("target_id");

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "messages"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "send_paces" ADD CONSTRAINT "send_paces_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;
