-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "content" JSONB,
ADD COLUMN     "mentions" TEXT[];
