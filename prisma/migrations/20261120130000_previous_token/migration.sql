-- AlterTable
ALTER TABLE "worker_processes" ADD COLUMN     "previous_token_hash" TEXT;
