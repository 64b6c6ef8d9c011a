-- CreateEnum
CREATE TYPE "BulkAction" AS ENUM ('start', 'stop', 'restart');

-- CreateEnum
CREATE TYPE "BulkItemState" AS ENUM ('WAITING', 'UNDER_WAY', 'DONE', 'FAILED', 'SKIPPED');

-- CreateTable
CREATE TABLE "bulk_jobs" (
    "id" TEXT NOT NULL,
    "action" "BulkAction" NOT NULL,
    "by" TEXT NOT NULL,
    "at_once" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "stopped_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bulk_items" (
    "job_id" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "state" "BulkItemState" NOT NULL DEFAULT 'WAITING',
    "generation" INTEGER,
    "begun_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "bulk_items_pkey" PRIMARY KEY ("job_id","place")
);

-- CreateIndex
CREATE INDEX "bulk_jobs_ended_at_idx" ON "bulk_jobs"("ended_at");

-- CreateIndex
CREATE INDEX "bulk_items_job_id_state_place_idx" ON "bulk_items"("job_id", "state", "place");

-- CreateIndex
CREATE UNIQUE INDEX "bulk_items_job_id_tenant_id_key" ON "bulk_items"("job_id", "tenant_id");

-- CreateIndex
CREATE INDEX "bulk_items_tenant_id_idx" ON "bulk_items"("tenant_id");

-- AddForeignKey
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "bulk_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;
