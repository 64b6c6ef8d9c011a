-- AlterEnum; alone, because a value can't be used in the transaction that adds it
ALTER TYPE "MessageStatus" ADD VALUE 'SCHEDULED' AFTER 'RECEIVED';
