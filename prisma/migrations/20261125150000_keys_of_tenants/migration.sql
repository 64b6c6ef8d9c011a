-- AlterEnum
ALTER TYPE "ApiKeyKind" ADD VALUE 'TENANT';

-- CreateEnum
CREATE TYPE "KeyScope" AS ENUM ('read', 'send', 'manage');

-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "tenant_id" TEXT,
ADD COLUMN     "scopes" "KeyScope"[],
ADD COLUMN     "addresses" TEXT[],
ADD COLUMN     "expires_at" TIMESTAMPTZ(3);

-- A tenant's key names its tenant, and no other key does. As text: a value added to an enum can't be used before the commit.
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_named" CHECK (("kind"::text = 'TENANT') = ("tenant_id" IS NOT NULL));

-- CreateIndex
CREATE INDEX "api_keys_tenant_id_id_idx" ON "api_keys"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;
