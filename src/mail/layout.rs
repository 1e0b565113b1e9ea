//! The layout of all mails. Works in mail programs: tables, inline styles, nothing loaded from
//! elsewhere, light and dark.
//!
//! All input is plain text, and is escaped here and nowhere else.

use std::fmt::Write as _;

/// The parts of a mail, as plain text.
pub(super) struct Parts {
    pub language: &'static str,
    pub brand: String,
    pub subject: String,
    pub greeting: String,
    pub body: Vec<String>,
    /// Its introduction, and what somebody wrote.
    pub quote: Option<(String, String)>,
    pub items: Vec<String>,
    pub action: Option<Action>,
    pub foot: Vec<String>,
    /// The words and the target of the link to unsubscribe.
    pub unsubscribe: Option<(String, String)>,
}

/// The one thing to do.
pub(super) struct Action {
    pub label: String,
    pub or_copy: String,
    /// Until when, if the mail says it.
    pub after: String,
    pub link: String,
}

/// Escapes `&`, `<`, `>` and both quotes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

const FONT: &str =
    "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// Dark colours, for clients that support the media query. Others use the inline colours.
const DARK: &str = ":root{color-scheme:light dark;supported-color-schemes:light dark}\
    @media (prefers-color-scheme:dark){\
    .page{background-color:#141926!important}.card{background-color:#1d2434!important;border-color:#323b50!important}\
    .text{color:#e8ebf3!important}.quiet{color:#a3adc2!important}.quiet a,.text a{color:#8fa5ff!important}\
    .quote{border-color:#59647d!important;color:#e8ebf3!important}.line{border-color:#323b50!important}\
    .button{background-color:#5c78f5!important}.button a{color:#0b1022!important}}\
    @media (max-width:480px){.pad{padding-left:20px!important;padding-right:20px!important}}";

impl Parts {
    /// The mail for clients without HTML.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.greeting);
        for paragraph in &self.body {
            let _ = write!(text, "\n{paragraph}\n");
        }
        if let Some((intro, quote)) = &self.quote {
            let _ = write!(text, "\n{intro}\n\n");
            for line in quote.lines() {
                let _ = writeln!(text, "> {line}");
            }
        }
        if !self.items.is_empty() {
            text.push('\n');
        }
        for item in &self.items {
            let _ = writeln!(text, "- {item}");
        }
        if let Some(action) = &self.action {
            let _ = write!(text, "\n{}:\n{}\n", action.label, action.link);
            if !action.after.is_empty() {
                let _ = write!(text, "\n{}\n", action.after);
            }
        }
        text.push_str("\n-- \n");
        for line in &self.foot {
            let _ = writeln!(text, "{line}");
        }
        if let Some((label, link)) = &self.unsubscribe {
            let _ = write!(text, "\n{label}:\n{link}\n");
        }
        text
    }

    /// The mail in HTML.
    pub fn html(&self) -> String {
        let mut rows = String::new();
        for paragraph in std::iter::once(&self.greeting).chain(&self.body) {
            rows.push_str(&paragraph_html(paragraph));
        }
        if let Some((intro, quote)) = &self.quote {
            let lines: Vec<String> = quote.lines().map(escape).collect();
            let _ = write!(
                rows,
                "{}<blockquote class=\"quote\" style=\"margin:0 0 16px;padding:4px 0 4px 14px;border-left:3px solid #aab1c1;\
                 color:#1b2130;overflow-wrap:anywhere\">{}</blockquote>",
                paragraph_html(intro),
                lines.join("<br>")
            );
        }
        if !self.items.is_empty() {
            rows.push_str("<ul style=\"margin:0 0 16px;padding-left:22px\">");
            for item in &self.items {
                let _ = write!(
                    rows,
                    "<li style=\"margin:0 0 4px;overflow-wrap:anywhere\">{}</li>",
                    escape(item)
                );
            }
            rows.push_str("</ul>");
        }
        if let Some(action) = &self.action {
            rows.push_str(&action.html());
        }
        let mut foot: Vec<String> = self.foot.iter().map(|line| escape(line)).collect();
        if let Some((label, link)) = &self.unsubscribe {
            let (label, link) = (escape(label), escape(link));
            foot.push(format!(
                "<a href=\"{link}\" style=\"color:#5a6478\">{label}</a>"
            ));
        }
        self.page(&rows, &foot.join("<br>"))
    }

    fn page(&self, rows: &str, foot: &str) -> String {
        let (language, brand, subject) =
            (self.language, escape(&self.brand), escape(&self.subject));
        format!(
            "<!doctype html>\n<html lang=\"{language}\" dir=\"ltr\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">\
             <meta name=\"x-apple-disable-message-reformatting\"><title>{subject}</title><style>{DARK}</style></head>\n\
             <body class=\"page\" style=\"margin:0;padding:0;background-color:#f5f6fa;-webkit-text-size-adjust:100%\">\n\
             <table role=\"presentation\" class=\"page\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"background-color:#f5f6fa\"><tr><td align=\"center\" style=\"padding:24px 12px\">\n\
             <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"max-width:560px\">\n\
             <tr><td class=\"quiet\" style=\"padding:0 4px 12px;{FONT};font-size:14px;line-height:20px;font-weight:600;\
             color:#5a6478;overflow-wrap:anywhere\">{brand}</td></tr>\n\
             <tr><td class=\"card pad\" lang=\"{language}\" style=\"padding:28px 32px 12px;background-color:#ffffff;\
             border:1px solid #d9dde7;border-radius:8px\">\n\
             <h1 class=\"text\" style=\"margin:0 0 16px;{FONT};font-size:21px;line-height:28px;font-weight:600;color:#1b2130;\
             overflow-wrap:anywhere\">{subject}</h1>\n\
             <div class=\"text\" style=\"{FONT};font-size:16px;line-height:24px;color:#1b2130\">{rows}</div>\n\
             </td></tr>\n\
             <tr><td class=\"quiet\" style=\"padding:16px 4px 0;{FONT};font-size:13px;line-height:19px;color:#5a6478;\
             overflow-wrap:anywhere\">{foot}</td></tr>\n</table>\n</td></tr></table>\n</body></html>\n"
        )
    }
}

impl Action {
    fn html(&self) -> String {
        let (label, link) = (escape(&self.label), escape(&self.link));
        let after = if self.after.is_empty() {
            String::new()
        } else {
            paragraph_html(&self.after)
        };
        format!(
            "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:8px 0 20px\"><tr>\
             <td class=\"button\" style=\"border-radius:6px;background-color:#2f49c8\"><a href=\"{link}\" \
             style=\"display:inline-block;padding:12px 22px;{FONT};font-size:16px;line-height:20px;font-weight:600;\
             color:#ffffff;text-decoration:none\">{label}</a></td></tr></table>{after}\
             <p class=\"quiet\" style=\"margin:0 0 16px;font-size:13px;line-height:19px;color:#5a6478\">{}<br>\
             <a href=\"{link}\" style=\"color:#2f49c8;overflow-wrap:anywhere;word-break:break-all\">{link}</a></p>",
            escape(&self.or_copy)
        )
    }
}

fn paragraph_html(text: &str) -> String {
    format!(
        "<p style=\"margin:0 0 16px;overflow-wrap:anywhere\">{}</p>",
        escape(text)
    )
}
