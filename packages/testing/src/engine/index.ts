export { startTestEngine, type TestEngine } from './test-engine';
export { baseImage } from './base-image';
export {
  buildImage,
  firewallName,
  isFirewallUp,
  startContainerStack,
  workerGateway,
  type ContainerStack,
} from './container-stack';
export { buildDemoImages, buildMonitoringImages, startDemoStack, type DemoStack } from './demo-stack';
export { networkTurnMs } from './network-turn';
