import type { PageFaults } from '../faults/fault-table';
import { MsgKey } from './models/msg-key';
import { ModuleRegistry } from './module-registry';
import { accountModules } from './modules/account-modules';
import { addonModules } from './modules/addon-modules';
import { changeModules } from './modules/change-modules';
import { chatModules } from './modules/chat-modules';
import { groupModules } from './modules/group-modules';
import { loginModules } from './modules/login-modules';
import { mediaModules } from './modules/media-modules';
import { sendModules } from './modules/send-modules';
import { settingModules } from './modules/setting-modules';
import { uploadModules } from './modules/upload-modules';
import { createPage } from './page';
import { showState } from './status-line';

declare global {
  interface Window {
    standinConfig: { faults: PageFaults };
    require: (name: string) => unknown;
    Debug: { VERSION: string };
  }
}

const defaultVersion = '2.3000.1031985441';

const { faults } = window.standinConfig;
if (faults.bootDelayMs) setTimeout(boot, faults.bootDelayMs);
else boot();

function boot(): void {
  if (faults.renameMsgKeySerialized) MsgKey.serializedName = faults.renameMsgKeySerialized;
  const page = createPage(faults);
  const registry = new ModuleRegistry()
    .add(loginModules(page))
    .add(accountModules(page))
    .add(chatModules(page))
    .add(addonModules(page))
    .add(mediaModules(page))
    .add(sendModules(page))
    .add(uploadModules(page))
    .add(settingModules(page))
    .add(groupModules(page))
    .add(changeModules(page, faults))
    .remove(faults.removeModules ?? []);
  window.require = registry.require;
  window.Debug = { VERSION: faults.webVersion ?? defaultVersion };
  showState(page.socket);
  void page.session.start();
}
