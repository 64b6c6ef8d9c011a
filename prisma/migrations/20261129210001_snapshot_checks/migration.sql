-- AlterTable
ALTER TABLE "snapshots" ADD COLUMN "checked_at" TIMESTAMPTZ(3), ADD COLUMN "check_problem" TEXT;
