-- AlterEnum
ALTER TYPE "BulkAction" ADD VALUE 'snapshot';
ALTER TYPE "BulkAction" ADD VALUE 'export';

-- AlterTable
ALTER TABLE "bulk_items" ADD COLUMN "copy_id" TEXT;
