-- When the worker last had a message in its hands: memory is recycled in a quiet moment.
ALTER TABLE "worker_heartbeats" ADD COLUMN "last_message_at" TIMESTAMPTZ(3);
