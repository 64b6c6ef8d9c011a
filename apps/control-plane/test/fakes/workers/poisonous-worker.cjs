/** The timestamp of its messages is of a time that no database knows. */
require('./scripted.cjs').runWorker({ message: { senderName: 'x'.repeat(300) } });
