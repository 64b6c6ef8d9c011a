-- CreateTable
CREATE TABLE "privacy_ids" (
    "tenant_id" TEXT NOT NULL,
    "lid" TEXT NOT NULL,
    "chat_id" TEXT NOT NULL,

    CONSTRAINT "privacy_ids_pkey" PRIMARY KEY ("tenant_id","lid")
);

-- AddForeignKey
ALTER TABLE "privacy_ids" ADD CONSTRAINT "privacy_ids_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Few rows: those whose sender's number is not known yet.
CREATE INDEX "messages_hidden_senders" ON "messages"("tenant_id", "sender") WHERE "sender" LIKE '%@lid';
