-- Links by which a tenant's owner links a phone without an account.
CREATE TABLE "onboarding_links" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "browser_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "onboarding_links_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "onboarding_links_token_hash_key" ON "onboarding_links"("token_hash");
CREATE INDEX "onboarding_links_tenant_id_id_idx" ON "onboarding_links"("tenant_id", "id");
CREATE INDEX "onboarding_links_expires_at_idx" ON "onboarding_links"("expires_at");

ALTER TABLE "onboarding_links" ADD CONSTRAINT "onboarding_links_tenant_id_fkey"
  FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;
