-- AlterTable
ALTER TABLE "incidents" ADD COLUMN     "whatsapp_web_version" TEXT,
ADD COLUMN     "acknowledged_at" TIMESTAMPTZ(3),
ADD COLUMN     "acknowledged_by" TEXT;

-- What is stored already knows its version.
UPDATE "incidents" SET "whatsapp_web_version" = "evidence" -> 'versions' ->> 'whatsappWeb';

-- CreateIndex
CREATE INDEX "incidents_reason_whatsapp_web_version_idx" ON "incidents"("reason", "whatsapp_web_version");

-- The story of a tenant without its messages, which are many: for the timeline.
CREATE INDEX "tenant_events_story" ON "tenant_events" ("tenant_id", "at") WHERE "type" NOT LIKE 'message.%';
