-- What is no session's account any more is not linked; of several tenants with one number, the one linked first keeps it.
UPDATE "accounts" a SET "unlinked_at" = now()
WHERE a."unlinked_at" IS NULL
  AND NOT EXISTS (SELECT 1 FROM "whatsapp_sessions" s WHERE s."account_id" = a."id");

UPDATE "accounts" a SET "unlinked_at" = now()
WHERE a."unlinked_at" IS NULL
  AND EXISTS (
    SELECT 1 FROM "accounts" b
    WHERE b."phone_number" = a."phone_number" AND b."unlinked_at" IS NULL
      AND (b."linked_at", b."id") < (a."linked_at", a."id"));

UPDATE "whatsapp_sessions" s SET "account_id" = NULL
FROM "accounts" a WHERE a."id" = s."account_id" AND a."unlinked_at" IS NOT NULL;

-- A number is held by one tenant, and only while it is linked. Prisma's schema has no words for such an index.
CREATE UNIQUE INDEX "accounts_linked_number" ON "accounts" ("phone_number") WHERE "unlinked_at" IS NULL;

-- AlterTable
ALTER TABLE "accounts" ADD COLUMN     "is_accepted" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "worker_processes" ADD COLUMN     "refused_generation" INTEGER;
