-- AlterTable
ALTER TABLE "tenants" ADD COLUMN "limits" JSONB, ADD COLUMN "disk_bytes" BIGINT;

-- AlterTable
ALTER TABLE "worker_processes" ADD COLUMN "limits" JSONB;

-- AlterTable
ALTER TABLE "worker_heartbeats" ADD COLUMN "group_bytes" BIGINT,
ADD COLUMN "group_limit_bytes" BIGINT,
ADD COLUMN "group_pids" INTEGER,
ADD COLUMN "group_pids_limit" INTEGER;
