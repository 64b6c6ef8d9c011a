-- AlterTable
ALTER TABLE "whatsapp_sessions" ADD COLUMN "degraded" TEXT[] DEFAULT ARRAY[]::TEXT[];
