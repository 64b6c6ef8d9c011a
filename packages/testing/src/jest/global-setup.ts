import { startTestServer } from '../test-server';

export default (): Promise<void> => startTestServer({ isDurable: false });
