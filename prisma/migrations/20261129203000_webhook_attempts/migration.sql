-- CreateTable
CREATE TABLE "webhook_attempts" (
    "id" BIGSERIAL NOT NULL,
    "event_seq" BIGINT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "response_code" INTEGER,
    "problem" TEXT,

    CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "webhook_attempts_event_seq_endpoint_id_id_idx" ON "webhook_attempts"("event_seq", "endpoint_id", "id");

-- AddForeignKey
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_event_seq_endpoint_id_fkey" FOREIGN KEY ("event_seq", "endpoint_id") REFERENCES "webhook_deliveries"("event_seq", "endpoint_id") ON DELETE CASCADE ON UPDATE CASCADE;
