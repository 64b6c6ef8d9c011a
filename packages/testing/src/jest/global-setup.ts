import { startTestServer } from '../services/test-server';

export default (): Promise<void> => startTestServer({ isDurable: false });
