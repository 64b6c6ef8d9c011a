-- CreateTable
CREATE TABLE "incidents" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" TEXT,
    "generation" INTEGER NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "resolved_at" TIMESTAMPTZ(3),
    "reports" TEXT[],
    "evidence" JSONB NOT NULL,
    "no_screenshot" TEXT,

    CONSTRAINT "incidents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incident_screenshots" (
    "incident_id" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,

    CONSTRAINT "incident_screenshots_pkey" PRIMARY KEY ("incident_id")
);

-- CreateIndex
CREATE INDEX "incidents_tenant_id_id_idx" ON "incidents"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "incidents_last_seen_at_idx" ON "incidents"("last_seen_at");

-- AddForeignKey
ALTER TABLE "incidents" ADD CONSTRAINT "incidents_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident_screenshots" ADD CONSTRAINT "incident_screenshots_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incidents"("id") ON DELETE CASCADE ON UPDATE CASCADE;
