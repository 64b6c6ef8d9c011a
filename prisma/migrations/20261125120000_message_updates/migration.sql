-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "edited_at" TIMESTAMPTZ(3),
ADD COLUMN     "reactions" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "revoked_at" TIMESTAMPTZ(3),
ADD COLUMN     "votes" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "early_updates" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "account_id" TEXT,
    "wa_message_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "event" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "early_updates_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "early_updates_tenant_id_wa_message_id_digest_key" ON "early_updates"("tenant_id", "wa_message_id", "digest");

-- CreateIndex
CREATE INDEX "early_updates_at_idx" ON "early_updates"("at");

-- AddForeignKey
ALTER TABLE "early_updates" ADD CONSTRAINT "early_updates_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Few rows: those with a reaction or a vote of somebody whose number is not known yet.
CREATE INDEX "messages_hidden_voices" ON "messages"("tenant_id") WHERE "reactions"::text LIKE '%@lid%' OR "votes"::text LIKE '%@lid%';
