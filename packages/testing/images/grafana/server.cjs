// Says what it was given: its provisioning, the dashboards, and whether there is a password.
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');

const provisioning = '/etc/grafana/provisioning';
createServer((_request, response) => {
  const given = {
    datasource: readFileSync(`${provisioning}/datasources/wafleet.yaml`, 'utf8'),
    dashboards: readFileSync(`${provisioning}/dashboards/wafleet.yaml`, 'utf8'),
    dashboard: JSON.parse(readFileSync('/var/lib/grafana/dashboards/wafleet.json', 'utf8')),
    hasPassword: readFileSync(process.env.GF_SECURITY_ADMIN_PASSWORD__FILE, 'utf8').length > 10,
  };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(given));
}).listen(3000);
