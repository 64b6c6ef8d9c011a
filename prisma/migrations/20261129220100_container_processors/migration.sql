-- AlterTable
ALTER TABLE "worker_heartbeats" ADD COLUMN "group_cpu_limit" DOUBLE PRECISION;
