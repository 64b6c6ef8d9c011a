-- AlterTable
ALTER TABLE "whatsapp_sessions" ADD COLUMN     "take_over" BOOLEAN NOT NULL DEFAULT false;
