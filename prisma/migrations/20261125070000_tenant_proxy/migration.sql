-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "proxy_address" TEXT,
ADD COLUMN     "proxy_sealed" BYTEA,
ADD CONSTRAINT "tenants_proxy_whole" CHECK (("proxy_address" IS NULL) = ("proxy_sealed" IS NULL));
