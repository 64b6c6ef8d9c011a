-- AlterTable
ALTER TABLE "instance" ADD COLUMN "drained_at" TIMESTAMPTZ(3),
ADD COLUMN "drained_by" TEXT,
ADD COLUMN "resumed_at" TIMESTAMPTZ(3);
