-- CreateTable
CREATE TABLE "retentions" (
    "tenant_id" TEXT NOT NULL,
    "message_days" INTEGER,
    "media_days" INTEGER,
    "event_days" INTEGER,
    "delivery_days" INTEGER,
    "history_days" INTEGER,

    CONSTRAINT "retentions_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "erasures" (
    "tenant_id" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "requested_by" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "messages" INTEGER,
    "media" INTEGER,
    "events" INTEGER,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "erasures_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "erased_contacts" (
    "tenant_id" TEXT NOT NULL,
    "contact_hash" TEXT NOT NULL,
    "erased_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "erased_contacts_pkey" PRIMARY KEY ("tenant_id", "contact_hash")
);

-- CreateIndex
CREATE INDEX "erasures_requested_at_tenant_id_idx" ON "erasures"("requested_at", "tenant_id");

-- AddForeignKey
ALTER TABLE "retentions" ADD CONSTRAINT "retentions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "erased_contacts" ADD CONSTRAINT "erased_contacts_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;
