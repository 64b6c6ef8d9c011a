-- CreateEnum
CREATE TYPE "MediaState" AS ENUM ('PENDING', 'DOWNLOADING', 'STORED', 'FAILED', 'GONE', 'TOO_LARGE', 'EXPIRED');

-- CreateTable
CREATE TABLE "media_downloads" (
    "message_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "state" "MediaState" NOT NULL DEFAULT 'PENDING',
    "reason" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "media_downloads_pkey" PRIMARY KEY ("message_id")
);

-- CreateIndex
CREATE INDEX "media_downloads_state_next_try_at_idx" ON "media_downloads"("state", "next_try_at");

-- CreateIndex
CREATE INDEX "media_downloads_tenant_id_state_next_try_at_idx" ON "media_downloads"("tenant_id", "state", "next_try_at");

-- AddForeignKey
ALTER TABLE "media_downloads" ADD CONSTRAINT "media_downloads_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "media_downloads" ADD CONSTRAINT "media_downloads_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- WhatsApp may still have what came lately.
INSERT INTO "media_downloads" ("message_id", "tenant_id")
SELECT "id", "tenant_id" FROM "messages"
WHERE "has_media" AND "media_id" IS NULL AND ("direction" = 'INBOUND' OR "is_from_phone")
  AND "timestamp" > CURRENT_TIMESTAMP - INTERVAL '14 days';
