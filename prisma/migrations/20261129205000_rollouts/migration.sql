-- CreateEnum
CREATE TYPE "RolloutState" AS ENUM ('RUNNING', 'PAUSED', 'STOPPED', 'GOING_BACK', 'DONE', 'BACK');

-- CreateEnum
CREATE TYPE "RolloutItemState" AS ENUM ('WAITING', 'UNDER_WAY', 'WATCHED', 'DONE', 'FAILED', 'SKIPPED', 'TO_GO_BACK', 'GOING_BACK', 'BACK');

-- AlterTable
ALTER TABLE "instance" ADD COLUMN "build_name" TEXT, ADD COLUMN "build_id" TEXT;

-- AlterTable
ALTER TABLE "worker_processes" ADD COLUMN "build_name" TEXT, ADD COLUMN "build_id" TEXT;

-- CreateTable
CREATE TABLE "rollouts" (
    "id" TEXT NOT NULL,
    "state" "RolloutState" NOT NULL DEFAULT 'RUNNING',
    "from_name" TEXT,
    "from_id" TEXT,
    "to_name" TEXT NOT NULL,
    "to_id" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "canaries" INTEGER NOT NULL,
    "at_once" INTEGER NOT NULL,
    "watch_seconds" INTEGER NOT NULL,
    "max_failures" INTEGER NOT NULL,
    "forgiven" INTEGER NOT NULL DEFAULT 0,
    "stop_detail" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "rollouts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rollout_items" (
    "rollout_id" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "is_canary" BOOLEAN NOT NULL DEFAULT false,
    "state" "RolloutItemState" NOT NULL DEFAULT 'WAITING',
    "generation" INTEGER,
    "begun_at" TIMESTAMPTZ(3),
    "up_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "rollout_items_pkey" PRIMARY KEY ("rollout_id","place")
);

-- One rollout is open at a time.
CREATE UNIQUE INDEX "rollouts_open_key" ON "rollouts" ((true)) WHERE "ended_at" IS NULL;

-- CreateIndex
CREATE INDEX "rollout_items_rollout_id_state_place_idx" ON "rollout_items"("rollout_id", "state", "place");

-- CreateIndex
CREATE UNIQUE INDEX "rollout_items_rollout_id_tenant_id_key" ON "rollout_items"("rollout_id", "tenant_id");

-- CreateIndex
CREATE INDEX "rollout_items_tenant_id_idx" ON "rollout_items"("tenant_id");

-- AddForeignKey
ALTER TABLE "rollout_items" ADD CONSTRAINT "rollout_items_rollout_id_fkey" FOREIGN KEY ("rollout_id") REFERENCES "rollouts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rollout_items" ADD CONSTRAINT "rollout_items_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;
