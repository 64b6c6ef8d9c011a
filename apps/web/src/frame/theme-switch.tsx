'use client';

import { Moon, Sun, SunMoon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Menu, MenuChoice } from '@/ui/menu';
import { applyTheme, currentTheme, type Theme, themes } from './theme';

const looks = {
  system: { label: 'As the system', Icon: SunMoon },
  light: { label: 'Light', Icon: Sun },
  dark: { label: 'Dark', Icon: Moon },
};

export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => setTheme(currentTheme()), []);
  const { Icon } = looks[theme];
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <Menu label={`Theme: ${looks[theme].label}`} trigger={<Icon aria-hidden className="size-4" />}>
      {themes.map((one) => (
        <MenuChoice key={one} isChosen={one === theme} onSelect={() => choose(one)}>
          {looks[one].label}
        </MenuChoice>
      ))}
    </Menu>
  );
}
