-- AlterTable
ALTER TABLE "messages" ADD COLUMN "send_at" TIMESTAMPTZ(3);
ALTER TABLE "messages" ADD COLUMN "link_preview" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "messages_scheduled" ON "messages"("send_at") WHERE "status" = 'SCHEDULED';
