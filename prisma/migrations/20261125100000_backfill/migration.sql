-- AlterTable
ALTER TABLE "whatsapp_sessions" ADD COLUMN     "last_heard_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "accounts" ADD COLUMN     "complete_until" TIMESTAMPTZ(3),
ADD COLUMN     "heard_from" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "is_backfilled" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "is_history" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "outages" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "recovered" INTEGER NOT NULL DEFAULT 0,
    "told_recovered" INTEGER,
    "settled_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "outages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outage_chats" (
    "outage_id" TEXT NOT NULL,
    "chat_id" TEXT NOT NULL,
    "recovered" INTEGER NOT NULL DEFAULT 0,
    "is_complete" BOOLEAN,

    CONSTRAINT "outage_chats_pkey" PRIMARY KEY ("outage_id","chat_id")
);

-- CreateTable
CREATE TABLE "chat_backfills" (
    "account_id" TEXT NOT NULL,
    "chat_id" TEXT NOT NULL,
    "complete_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chat_backfills_pkey" PRIMARY KEY ("account_id","chat_id")
);

-- CreateIndex
CREATE INDEX "outages_tenant_id_id_idx" ON "outages"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "outages_account_id_ended_at_idx" ON "outages"("account_id", "ended_at");

-- CreateIndex
CREATE INDEX "outages_ended_at_idx" ON "outages"("ended_at");

-- AddForeignKey
ALTER TABLE "outages" ADD CONSTRAINT "outages_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outages" ADD CONSTRAINT "outages_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outage_chats" ADD CONSTRAINT "outage_chats_outage_id_fkey" FOREIGN KEY ("outage_id") REFERENCES "outages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_backfills" ADD CONSTRAINT "chat_backfills_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was heard before this version: the sessions that are connected say so themselves.
UPDATE "whatsapp_sessions" SET "last_heard_at" = "last_seen_at";
