-- People sign in: roles in the fleet, browsers that are signed in, and ways to sign in.
CREATE TYPE "FleetRole" AS ENUM ('VIEWER', 'ADMIN');

ALTER TABLE "users"
  ADD COLUMN "email_verified" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "image" TEXT,
  ADD COLUMN "fleet_role" "FleetRole",
  ADD COLUMN "disabled_at" TIMESTAMPTZ(3),
  ADD COLUMN "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

CREATE TABLE "sign_ins" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_ins_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "sign_ins_token_key" ON "sign_ins"("token");
CREATE INDEX "sign_ins_user_id_idx" ON "sign_ins"("user_id");
CREATE INDEX "sign_ins_expires_at_idx" ON "sign_ins"("expires_at");

CREATE TABLE "sign_in_accounts" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "password" TEXT,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_in_accounts_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "sign_in_accounts_provider_id_account_id_key" ON "sign_in_accounts"("provider_id", "account_id");
CREATE INDEX "sign_in_accounts_user_id_idx" ON "sign_in_accounts"("user_id");

CREATE TABLE "sign_in_verifications" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_in_verifications_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "sign_in_verifications_identifier_idx" ON "sign_in_verifications"("identifier");
CREATE INDEX "sign_in_verifications_expires_at_idx" ON "sign_in_verifications"("expires_at");

ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_user_id_fkey"
  FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "sign_in_accounts" ADD CONSTRAINT "sign_in_accounts_user_id_fkey"
  FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
