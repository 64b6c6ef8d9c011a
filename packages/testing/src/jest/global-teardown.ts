export { stopTestServer as default } from '../services/test-server';
