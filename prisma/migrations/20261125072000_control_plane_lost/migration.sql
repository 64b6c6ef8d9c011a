-- AlterTable
ALTER TABLE "instance" ADD COLUMN     "is_active" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lost_at" TIMESTAMPTZ(3);
