-- AlterTable
ALTER TABLE "erasures" ADD COLUMN     "exports" INTEGER;
