// exhibit guard …: the commands of whoever runs a guardian.
#include "cli/command_line.hpp"

namespace exhibit::cli {
namespace {

void add_serve(CLI::App& guard, Words& w, Offer const& offer) {
    auto* command =
        add(guard, "serve", "Run a guardian",
            "Example:  exhibit guard serve --data ~/guardian --listen 0.0.0.0:7443 --name "
            "ana --public-address ana.example:7443");
    command->add_option("--data", w.serve.data, "folder of this guardian")->required();
    command->add_option("--listen", w.serve.listen, "address and port to listen on");
    command->add_option("--name", w.serve.name, "what witnesses call this guardian");
    command->add_option("--public-address", w.serve.public_address,
                        "address that goes into invitations");
    command->add_option("--spare", w.serve.spare,
                        "of the disk, what footage must leave free for signs of life");
    command->add_flag("--host-releases", w.serve.host_releases,
                      "publish released cases and serve them");
    command->add_option("--smtp", w.serve.smtp,
                        "mail relay for warnings, e.g. smtp://mail.example:587");
    command->add_option("--smtp-user", w.serve.smtp_user, "login there");
    command->add_option("--smtp-password-file", w.serve.smtp_password_file,
                        "file with its password, readable by you only");
    command->add_option("--smtp-ca", w.serve.smtp_ca, "PEM: authorities for the relay");
    command->add_option("--mail-from", w.serve.mail_from, "sender of the warnings");
    command->add_option("--web-ca", w.serve.web_ca, "PEM: authorities for web hooks");
    command->add_flag("--private-hooks", w.serve.private_hooks,
                      "web hooks may lead into private networks");
    command->add_option("--messages", w.serve.messages, "folder of texts in other languages");
    command->add_option("--time", w.serve.time,
                        "file that says whom to ask for time stamps; nobody without it");
    offer.plain(command, [&w](Terminal& t) { return run_guard_serve(w.globals, w.serve, t); });
}

void add_orders(CLI::App& guard, Words& w, Offer const& offer) {
    auto const add_order = [&](char const* name, char const* line, char const* example) {
        auto* const command = add(guard, name, line, example);
        command->add_option("--data", w.order.data, "folder of this guardian")->required();
        return command;
    };
    auto* command = add_order("status", "Show the cases that this guardian holds",
                              "Example:  exhibit guard status --data ~/guardian");
    offer.plain(command, [&w](Terminal& t) { return run_guard_status(w.order, t); });
    command = add_order("hold", "Say that you have spoken with the witness, who lives",
                        "Example:  exhibit guard hold --data ~/guardian --case-id 7q4k...");
    command->add_option("--case-id", w.order.case_id, "which case");
    command->add_option("--number", w.order.number, "1, and 2 for a second interval");
    offer.plain(command, [&w](Terminal& t) { return run_guard_hold(w.order, t); });
    command = add_order("code", "Take a code that the witness told you by telephone",
                        "Example:  exhibit guard code --data ~/guardian --case-id 7q4k...");
    command->add_option("--case-id", w.order.case_id, "which case");
    offer.plain(command, [&w](Terminal& t) { return run_guard_code(w.order, t); });
    command = add_order("resign", "Leave a case, after a notice",
                        "Example:  exhibit guard resign --data ~/guardian --case-id 7q4k... "
                        "--days 30");
    command->add_option("--case-id", w.order.case_id, "which case");
    command->add_option("--days", w.order.days, "how long this guardian still serves it");
    offer.plain(command, [&w](Terminal& t) { return run_guard_resign(w.order, t); });
}

}  // namespace

void add_commands_of_guardian(CLI::App& app, Words& w, Offer const& offer) {
    auto* const group =
        app.add_subcommand("guard", "Be a guardian: serve, invite, hold, resign, explain");
    group->require_subcommand(1);
    group->fallthrough();
    auto& guard = *group;
    add_serve(guard, w, offer);
    auto* command = add(guard, "invite", "Make an invitation for one witness",
                        "Example:  exhibit guard invite --data ~/guardian --quota 50G");
    command->add_option("--data", w.invite.data, "folder of this guardian")->required();
    command->add_option("--quota", w.invite.quota, "how much this witness may store");
    command->add_option("--days", w.invite.days, "how long the invitation can be used");
    offer.plain(command, [&w](Terminal& t) { return run_guard_invite(w.globals, w.invite, t); });
    command = add(guard, "explain", "What a guardian may be asked, and what to answer", "");
    offer.plain(command, [&w](Terminal& t) { return run_guard_explain(t); });
    add_orders(guard, w, offer);
}

}  // namespace exhibit::cli
