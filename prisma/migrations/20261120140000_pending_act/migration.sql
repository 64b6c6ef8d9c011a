-- AlterTable
ALTER TABLE "worker_processes" ADD COLUMN     "pending_act" TEXT;
