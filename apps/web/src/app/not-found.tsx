import Link from 'next/link';
import { Bare } from '@/frame/bare';
import { buttonLook } from '@/ui/button';

export default function NotFound() {
  return (
    <Bare title="There is no such page" text="The address may be mistyped, or the page is not for you.">
      <Link className={buttonLook()} href="/">
        To the start
      </Link>
    </Bare>
  );
}
