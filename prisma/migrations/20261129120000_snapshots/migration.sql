-- CreateEnum
CREATE TYPE "SnapshotState" AS ENUM ('QUEUED', 'COPIED', 'READY', 'FAILED');

-- AlterTable
ALTER TABLE "worker_processes" ADD COLUMN "restore_snapshot_id" TEXT;

-- CreateTable
CREATE TABLE "snapshots" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "account_id" TEXT,
    "state" "SnapshotState" NOT NULL DEFAULT 'QUEUED',
    "trigger" TEXT NOT NULL,
    "problem" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "copied_at" TIMESTAMPTZ(3),
    "ready_at" TIMESTAMPTZ(3),
    "frozen_ms" INTEGER,
    "bytes" BIGINT,
    "content_bytes" BIGINT,
    "files" INTEGER,
    "largest" JSONB NOT NULL DEFAULT '[]',
    "restored_at" TIMESTAMPTZ(3),
    "restore_problem" TEXT,

    CONSTRAINT "snapshots_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "snapshots_tenant_id_id_idx" ON "snapshots"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "snapshots_state_id_idx" ON "snapshots"("state", "id");

-- AddForeignKey
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;
