import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { defineRoute, MediaReply, type Route } from '../http/routing/route';
import { openApiDocument } from './openapi-document';

const assetTypes = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'begin.js': 'text/javascript; charset=utf-8',
};
const isAsset = (name: string): name is keyof typeof assetTypes => Object.hasOwn(assetTypes, name);

/** The document about these routes, and a page to read it. Neither holds anything of anybody: they are open. */
export function openApiRoutes(described: readonly Route[]): Route[] {
  // Made when it is first asked for: a start has no time for it.
  let document: Promise<string> | undefined;
  const makeDocument = async () => JSON.stringify(await openApiDocument(described));
  const open = { method: 'GET', auth: 'none', onStandby: true } as const;
  return [
    defineRoute({
      ...open,
      path: '/openapi.json',
      summary: 'All of this as an OpenAPI 3.1 document',
      response: z.record(z.string(), z.unknown()),
      handle: async () =>
        new MediaReply('application/json; charset=utf-8', await (document ??= makeDocument())),
    }),
    defineRoute({
      ...open,
      path: '/docs',
      summary: 'A page to read it in a browser',
      response: z.string(),
      mediaTypes: ['text/html'],
      handle: () =>
        new MediaReply('text/html; charset=utf-8', page, { 'content-security-policy': pagePolicy }),
    }),
    defineRoute({
      ...open,
      path: '/docs/:asset',
      summary: "The page's parts",
      params: z.object({ asset: z.string().refine(isAsset, { params: { isUnknownId: true } }) }),
      response: z.string(),
      mediaTypes: ['*'],
      handle: async ({ params: { asset } }) => new MediaReply(assetTypes[asset], await readAsset(asset)),
    }),
  ];
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Wafleet API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/begin.js"></script>
  </body>
</html>
`;

const begin = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#page', validatorUrl: 'none' });
`;

/** The page sets styles of its own at run time; everything else comes from here, and nothing frames it. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

async function readAsset(asset: keyof typeof assetTypes): Promise<string | Buffer> {
  if (asset === 'begin.js') return begin;
  return readFile(join(dirname(require.resolve('swagger-ui-dist/package.json')), asset));
}
