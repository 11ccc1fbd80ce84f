#include "report/look.h"

#include <string.h>

/* Text has a contrast of at least 4.5 on every ground that it stands on. */
typedef struct colour {
    const char *name;
    const char *light;
    const char *dark;
} colour;

static const colour colours[] = {
    {"ground", "#ffffff", "#15181c"}, {"text", "#1c2128", "#e6e9ed"},
    {"quiet", "#57606a", "#a3adb8"},  {"rule", "#d5dae0", "#363d45"},
    {"lane", "#7d8894", "#7f8b98"},   {"node", "#0b5cad", "#6cb6ff"},
    {"link", "#0b5cad", "#7cc0ff"},   {"bar", "#8dbde8", "#2f6ba5"},
    {"peak", "#b3261e", "#ff9a90"},   {"chosen", "#fff3c4", "#3a3212"},
};

enum { COLOURS = sizeof colours / sizeof *colours };

static const char *const page[] = {
    "*{box-sizing:border-box}",
    "body{margin:0 auto;padding:1rem 1.25rem 3rem;max-width:90rem;background:var(--ground);"
    "color:var(--text);font:15px/24px system-ui,sans-serif;"
    "overflow-wrap:anywhere}",
    "h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}",
    "h2{font-size:1.15rem;margin:2rem 0 .5rem}",
    "small{font-size:.86em;font-weight:400;color:var(--quiet)}",
    "a{color:var(--link)}",
    "p{margin:.25rem 0;max-width:75ch}",
    "dl.f{display:flex;flex-wrap:wrap;gap:.75rem 2.5rem;margin:1rem 0}",
    "dl.f div{display:flex;flex-direction:column-reverse}",
    "dl.f dd{margin:0;font-size:1.75rem;line-height:1.2;font-weight:600;"
    "font-variant-numeric:tabular-nums}",
    "dl.f dt{color:var(--quiet);font-size:.86em}",
    ".v{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}",
    "section,.x{container-type:inline-size}",
    "table{border-collapse:collapse;width:100%}",
    "caption{text-align:left;color:var(--quiet);font-size:.86em}",
    "th,td{text-align:left;vertical-align:top;padding:6px 10px 6px 0;font-weight:400;"
    "border-top:1px solid var(--rule)}",
    "thead th{position:sticky;top:0;z-index:1;background:var(--ground);color:var(--quiet);"
    "font-size:.86em;border-top:0;vertical-align:bottom}",
    "tr{scroll-margin-top:3rem}",
    "tr:target{background:var(--chosen)}",
    ".m{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;"
    "padding-left:10px;padding-right:0}",
    "td.m[style]{background:linear-gradient(var(--bar) 0 0) right 0 top 25px/"
    "var(--b) 5px no-repeat content-box border-box}",
    ".z{color:var(--quiet)}",
    ".p{color:var(--peak);font-weight:600}",
    ".g{position:relative;padding:0;width:var(--l);min-width:var(--l)}",
    ".g svg{position:absolute;top:0;left:0;width:100%;height:100%;overflow:hidden}",
    ".g path{fill:none;stroke:var(--lane);stroke-width:1.5}",
    ".g .n{fill:var(--node);stroke:var(--node);stroke-width:1.5}",
    ".g .i{fill:var(--ground)}",
    ".g .o{stroke:var(--text);stroke-width:2.5}",
    "summary{cursor:pointer;list-style:none;position:relative;padding-left:1.1rem}",
    "summary::-webkit-details-marker{display:none}",
    "summary::before{content:'\\25b8';position:absolute;left:0}",
    "details[open]>summary::before{content:'\\25be'}",
    ".d{min-width:12rem}",
    "ul{margin:.25rem 0;padding-left:1.25rem}",
    "@media print,(min-width:60.01rem){tr:has(>th>details[open])>.d{white-space:nowrap;"
    "overflow:hidden;text-overflow:ellipsis;max-width:0}}",
    "summary:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:2px}",
    "summary b{font-weight:600}",
    ".x{width:calc(100cqw - var(--l) - 2rem);margin:0 -100vw .75rem 1rem}",
    ".x th,.x td{border-color:var(--rule)}",
    ".w{width:auto;margin:.5rem 0}",
    ".w th,.w td{padding:2px 1.25rem 2px 0}",
    ".w th{min-width:5.5rem}",
    ".w .s>*{font-weight:600}",
    "table.k{max-width:50rem}",
    "footer{margin-top:3rem;color:var(--quiet);font-size:.86em}",
    "@media screen and (max-width:60rem){"
    "section>table,.x>table.t{display:block}"
    "table.t thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
    "table.t tbody{display:block}"
    "table.t>tbody>tr{display:grid;grid-template-columns:var(--l) repeat(3,minmax(0,1fr));"
    "border-top:1px solid var(--rule)}"
    "table.t>tbody>tr>*{border:0;min-width:0;padding:0 .5rem 2px 0}"
    "table.t>tbody>tr>.g{grid-row:1/span 5;padding:0}"
    "table.t>tbody>tr>th{grid-column:2/-1;padding-top:6px}"
    "table.t>tbody>tr>.d{grid-column:2/-1}"
    "table.t>tbody>tr>.m{text-align:left;white-space:normal;background-position:left 0 top 38px;"
    "padding-bottom:7px}"
    "table.t>tbody>tr>.z{display:none}"
    ".x{width:auto;margin:0 0 .75rem}"
    ".m[data-m]::before{content:attr(data-m);display:block;color:var(--quiet);font-size:.8em;"
    "line-height:1.1}}",
    "@media print{body{font-size:8.5pt;line-height:18px;max-width:none;padding:0}"
    "thead th{position:static}tr{break-inside:avoid}tr:has(>th>details[open])"
    "{break-inside:auto}a{color:inherit;text-decoration:none}"
    "th,td{padding:1px 8px 3px 0}td.m[style]{background-size:var(--b) 3px;"
    "background-position:right 0 top 17px}.d{min-width:12.5em}"
    ".g svg{top:-8px;height:calc(100% + 8px)}"
    "*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}",
};

typedef struct rule {
    const char *selector;
    const char *plain; /* what no scheme changes */
    const char *property;
    const char *colour;
} rule;

static const rule drawing[] = {
    {"text", "font:12px ui-monospace,'DejaVu Sans Mono',monospace", "fill", "text"},
    {".q", NULL, "fill", "quiet"},
    {".h", "font-weight:700", "fill", "text"},
    {".e", "text-anchor:end", NULL, NULL},
    {".y", NULL, "fill", "ground"},
    {".l", "fill:none;stroke-width:1.5", "stroke", "lane"},
    {".n", "stroke-width:1.5", "fill", "node"},
    {".n", NULL, "stroke", "node"},
    {".i", NULL, "fill", "ground"},
    {".o", "stroke-width:2.5", "stroke", "text"},
    {".b", NULL, "fill", "bar"},
    {".r", "stroke-width:1", "stroke", "rule"},
};

enum { RULES = sizeof drawing / sizeof *drawing };

enum { LIGHT, DARK };

static const char dark_begin[] = "@media screen and (prefers-color-scheme:dark){";

static void put_properties(nwti_text *out, int32_t scheme)
{
    size_t i;

    nwti_text_string(out, scheme == DARK ? dark_begin : "");
    nwti_text_string(out, ":root{");
    for (i = 0; i < COLOURS; i++) {
        nwti_text_string(out, i > 0 ? ";--" : "--");
        nwti_text_string(out, colours[i].name);
        nwti_text_string(out, ":");
        nwti_text_string(out, scheme == DARK ? colours[i].dark : colours[i].light);
    }
    nwti_text_string(out, scheme == DARK ? "}}\n" : "}\n");
}

void nwti_look_page(nwti_text *out)
{
    size_t i;

    put_properties(out, LIGHT);
    put_properties(out, DARK);
    for (i = 0; i < sizeof page / sizeof *page; i++) {
        nwti_text_string(out, page[i]);
        nwti_text_string(out, "\n");
    }
}

static const char *colour_named(const char *name, int32_t scheme)
{
    size_t i = 0;

    while (i < COLOURS - 1 && strcmp(colours[i].name, name) != 0) {
        i++;
    }
    return scheme == DARK ? colours[i].dark : colours[i].light;
}

static void put_rules(nwti_text *out, int32_t scheme)
{
    size_t i;

    for (i = 0; i < RULES; i++) {
        const rule *of = &drawing[i];
        int32_t has_plain = of->plain != NULL && scheme == LIGHT;

        if (!has_plain && of->property == NULL) {
            continue;
        }
        nwti_text_string(out, of->selector);
        nwti_text_string(out, "{");
        nwti_text_string(out, has_plain ? of->plain : "");
        nwti_text_string(out, has_plain && of->property != NULL ? ";" : "");
        if (of->property != NULL) {
            nwti_text_string(out, of->property);
            nwti_text_string(out, ":");
            nwti_text_string(out, colour_named(of->colour, scheme));
        }
        nwti_text_string(out, "}");
    }
}

void nwti_look_drawing(nwti_text *out)
{
    put_rules(out, LIGHT);
    nwti_text_string(out, "\n");
    nwti_text_string(out, dark_begin);
    put_rules(out, DARK);
    nwti_text_string(out, "}\n");
}
