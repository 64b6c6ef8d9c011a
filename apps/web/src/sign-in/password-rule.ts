/** As the control plane asks for. */
export const minPasswordLength = 10;
