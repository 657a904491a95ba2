declare module "*.css";
declare module "tom-select/plugins/remove_button/plugin.js";
