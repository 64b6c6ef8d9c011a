-- CreateEnum
CREATE TYPE "DesiredState" AS ENUM ('RUNNING', 'STOPPED', 'ERASED');

-- CreateEnum
CREATE TYPE "WorkerStatus" AS ENUM ('STARTING', 'RUNNING', 'STOPPING', 'STOPPED', 'ERROR');

-- CreateEnum
CREATE TYPE "SessionState" AS ENUM ('STARTING', 'QR_READY', 'AUTHENTICATING', 'CONNECTED', 'RECONNECTING', 'DISCONNECTED', 'LOGGED_OUT');

-- CreateEnum
CREATE TYPE "TenantStatus" AS ENUM ('NEW', 'STARTING', 'QR_PENDING', 'ACTIVE', 'RECOVERING', 'PAUSED', 'ERROR', 'ERASING');

-- CreateEnum
CREATE TYPE "MessageDirection" AS ENUM ('INBOUND', 'OUTBOUND');

-- CreateEnum
CREATE TYPE "MessageStatus" AS ENUM ('RECEIVED', 'QUEUED', 'SENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'EXPIRED', 'CANCELLED', 'UNCERTAIN');

-- CreateEnum
CREATE TYPE "PortalRole" AS ENUM ('OWNER', 'STAFF');

-- CreateEnum
CREATE TYPE "ApiKeyKind" AS ENUM ('ADMIN', 'PORTAL');

-- CreateTable
CREATE TABLE "instance" (
    "id" TEXT NOT NULL,
    "epoch" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tenants" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "phone_number" TEXT,
    "desired_state" "DesiredState" NOT NULL DEFAULT 'RUNNING',
    "status" "TenantStatus" NOT NULL DEFAULT 'NEW',
    "status_reason" TEXT,
    "status_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "green_until" TIMESTAMPTZ(3),
    "parked_reason" TEXT,
    "last_error" TEXT,
    "os_uid" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "whatsapp_sessions" (
    "tenant_id" TEXT NOT NULL,
    "state" "SessionState" NOT NULL DEFAULT 'DISCONNECTED',
    "reason" TEXT,
    "detail" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "last_qr" TEXT,
    "qr_sequence" INTEGER,
    "qr_expires_at" TIMESTAMPTZ(3),
    "pairing_code" TEXT,
    "pairing_phone" TEXT,
    "pairing_expires_at" TIMESTAMPTZ(3),
    "account_id" TEXT,
    "link_is_durable" BOOLEAN NOT NULL DEFAULT false,
    "sync_percent" DOUBLE PRECISION,
    "last_seen_at" TIMESTAMPTZ(3),
    "whatsapp_web_version" TEXT,
    "browser_version" TEXT,
    "library_version" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "whatsapp_sessions_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "worker_processes" (
    "tenant_id" TEXT NOT NULL,
    "status" "WorkerStatus" NOT NULL DEFAULT 'STOPPED',
    "reason" TEXT,
    "detail" TEXT,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "driver" TEXT NOT NULL DEFAULT 'process',
    "handle" JSONB,
    "token_hash" TEXT,
    "last_seq" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3),
    "healthy_since" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "crashes" TIMESTAMPTZ(3)[],
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "next_start_at" TIMESTAMPTZ(3),
    "replace_generation" INTEGER,
    "last_manual_restart_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_processes_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "worker_heartbeats" (
    "tenant_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "last_heartbeat_at" TIMESTAMPTZ(3) NOT NULL,
    "last_probe_at" TIMESTAMPTZ(3),
    "probe_missed" INTEGER NOT NULL DEFAULT 0,
    "node_bytes" BIGINT,
    "browser_bytes" BIGINT,
    "cpu_percent" DOUBLE PRECISION,
    "processes" INTEGER NOT NULL DEFAULT 0,
    "queued_inbound" INTEGER NOT NULL DEFAULT 0,
    "queued_outbound" INTEGER NOT NULL DEFAULT 0,
    "unacked_events" INTEGER NOT NULL DEFAULT 0,
    "event_loop_delay_ms" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "worker_heartbeats_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "accounts" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "phone_number" TEXT NOT NULL,
    "lid" TEXT,
    "name" TEXT,
    "linked_at" TIMESTAMPTZ(3) NOT NULL,
    "unlinked_at" TIMESTAMPTZ(3),

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "messages" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "account_id" TEXT,
    "direction" "MessageDirection" NOT NULL,
    "status" "MessageStatus" NOT NULL,
    "chat_id" TEXT NOT NULL,
    "sender" TEXT,
    "sender_name" TEXT,
    "from_me" BOOLEAN NOT NULL,
    "is_from_phone" BOOLEAN NOT NULL DEFAULT false,
    "wa_message_id" TEXT,
    "id_is_derived" BOOLEAN NOT NULL DEFAULT false,
    "type" TEXT NOT NULL DEFAULT 'text',
    "body" TEXT NOT NULL,
    "ack" INTEGER NOT NULL DEFAULT 0,
    "is_forwarded" BOOLEAN NOT NULL DEFAULT false,
    "has_media" BOOLEAN NOT NULL DEFAULT false,
    "quoted_id" TEXT,
    "error_code" TEXT,
    "error_message" TEXT,
    "idempotency_key" TEXT,
    "request_hash" TEXT,
    "generation" INTEGER,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "timestamp" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sending_at" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tenant_events" (
    "seq" BIGSERIAL NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "data" JSONB NOT NULL,

    CONSTRAINT "tenant_events_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "quarantined_events" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "error" TEXT NOT NULL,
    "frame" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "quarantined_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "user_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "role" "PortalRole" NOT NULL,

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("user_id","tenant_id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" TEXT NOT NULL,
    "kind" "ApiKeyKind" NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenants_os_uid_key" ON "tenants"("os_uid");

-- CreateIndex
CREATE INDEX "tenants_status_id_idx" ON "tenants"("status", "id");

-- CreateIndex
CREATE INDEX "accounts_tenant_id_linked_at_idx" ON "accounts"("tenant_id", "linked_at");

-- CreateIndex
CREATE INDEX "accounts_phone_number_idx" ON "accounts"("phone_number");

-- CreateIndex
CREATE INDEX "messages_tenant_id_id_idx" ON "messages"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "messages_tenant_id_chat_id_id_idx" ON "messages"("tenant_id", "chat_id", "id");

-- CreateIndex
CREATE INDEX "messages_tenant_id_status_id_idx" ON "messages"("tenant_id", "status", "id");

-- CreateIndex
CREATE INDEX "messages_tenant_id_wa_message_id_idx" ON "messages"("tenant_id", "wa_message_id");

-- CreateIndex
CREATE INDEX "messages_status_expires_at_idx" ON "messages"("status", "expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "messages_identity" ON "messages"("tenant_id", "account_id", "from_me", "wa_message_id", "sender");

-- CreateIndex
CREATE UNIQUE INDEX "messages_tenant_id_idempotency_key_key" ON "messages"("tenant_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "tenant_events_tenant_id_seq_idx" ON "tenant_events"("tenant_id", "seq");

-- CreateIndex
CREATE INDEX "tenant_events_at_idx" ON "tenant_events"("at");

-- CreateIndex
CREATE UNIQUE INDEX "quarantined_events_tenant_id_generation_seq_key" ON "quarantined_events"("tenant_id", "generation", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");

-- AddForeignKey
ALTER TABLE "whatsapp_sessions" ADD CONSTRAINT "whatsapp_sessions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "whatsapp_sessions" ADD CONSTRAINT "whatsapp_sessions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "worker_processes" ADD CONSTRAINT "worker_processes_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "worker_heartbeats" ADD CONSTRAINT "worker_heartbeats_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tenant_events" ADD CONSTRAINT "tenant_events_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "quarantined_events" ADD CONSTRAINT "quarantined_events_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand, because the schema can't express it: what dashboards read. Green expires by itself here as it does in the
-- API, so that a query never shows ACTIVE for a tenant whose probes have stopped.
CREATE VIEW "tenant_status_view" AS
SELECT
    t."id",
    t."name",
    CASE WHEN overdue."is" THEN 'RECOVERING'::"TenantStatus" ELSE t."status" END AS "status",
    CASE WHEN overdue."is" THEN 'probe_overdue' ELSE t."status_reason" END AS "reason",
    s."last_seen_at",
    t."last_error",
    s."last_qr"
FROM "tenants" t
LEFT JOIN "whatsapp_sessions" s ON s."tenant_id" = t."id"
CROSS JOIN LATERAL (
    SELECT t."status" = 'ACTIVE' AND COALESCE(t."green_until" < now(), true) AS "is"
) overdue;
