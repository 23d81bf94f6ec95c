// The compiler's settings, read by Vite and by svelte-check alike.
export default { compilerOptions: { runes: true } };
