-- CreateTable
CREATE TABLE "alerts" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "reason" TEXT NOT NULL,
    "detail" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),
    "end_told_at" TIMESTAMPTZ(3),

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_notices" (
    "id" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_notices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_deliveries" (
    "notice_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "delivered_at" TIMESTAMPTZ(3),
    "given_up_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "alert_deliveries_pkey" PRIMARY KEY ("notice_id","channel")
);

-- CreateIndex
CREATE INDEX "alerts_tenant_id_id_idx" ON "alerts"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "alerts_ended_at_idx" ON "alerts"("ended_at");

-- CreateIndex
CREATE INDEX "alert_notices_created_at_idx" ON "alert_notices"("created_at");

-- One open alert per tenant, and one per trouble of the control plane. Prisma's schema has no words for such an index.
CREATE UNIQUE INDEX "alerts_open_tenant" ON "alerts" ("tenant_id") WHERE "tenant_id" IS NOT NULL AND "ended_at" IS NULL;
CREATE UNIQUE INDEX "alerts_open_trouble" ON "alerts" ("reason") WHERE "tenant_id" IS NULL AND "ended_at" IS NULL;

-- What waits to be told, and to be delivered: few rows of many.
CREATE INDEX "alerts_untold" ON "alerts" ("id")
WHERE ("told_at" IS NULL AND "ended_at" IS NULL)
   OR ("told_at" IS NOT NULL AND "ended_at" IS NOT NULL AND "end_told_at" IS NULL);
CREATE INDEX "alert_deliveries_waiting" ON "alert_deliveries" ("channel", "notice_id") WHERE "delivered_at" IS NULL AND "given_up_at" IS NULL;

-- AddForeignKey
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_notice_id_fkey" FOREIGN KEY ("notice_id") REFERENCES "alert_notices"("id") ON DELETE CASCADE ON UPDATE CASCADE;
