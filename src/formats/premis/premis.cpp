#include "formats/premis/premis.hpp"

#include "base/encoding.hpp"
#include "base/verify.hpp"

namespace exhibit::premis {
namespace {

constexpr char const* head =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<premis xmlns=\"http://www.loc.gov/premis/v3\"\n"
    "        xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"3.0\">\n";
constexpr char const* id_type = "local";
constexpr std::string_view replacement = "\xef\xbf\xbd";

// XML 1.0 §2.2 allows of the control characters only tab, LF and CR; the last would be read as LF.
std::string escape(std::string_view text) {
    if (!is_utf8(as_bytes(text))) return std::string(replacement);
    std::string out;
    for (char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '\r': out += "&#13;"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
                    out += replacement;
                else
                    out += c;
        }
    }
    // U+FFFE and U+FFFF are no characters of XML either.
    for (std::string_view const bad : {"\xef\xbf\xbe", "\xef\xbf\xbf"})
        for (auto at = out.find(bad); at != std::string::npos; at = out.find(bad, at))
            out.replace(at, bad.size(), replacement);
    return out;
}

class Writer {
public:
    void open(std::string const& name, std::string const& attributes = {}) {
        indent();
        out_ += "<" + name + attributes + ">\n";
        ++depth_;
    }
    void close(std::string const& name) {
        --depth_;
        indent();
        out_ += "</" + name + ">\n";
    }
    void leaf(std::string const& name, std::string_view text) {
        indent();
        out_ += "<" + name + ">" + escape(text) + "</" + name + ">\n";
    }
    void optional_leaf(std::string const& name, std::string_view text) {
        if (!text.empty()) leaf(name, text);
    }
    // `objectIdentifier` and its kind: a type and a value, and sometimes a role.
    void identifier(std::string const& name, std::string const& id,
                    std::string const& role_name = {}, std::string const& role = {}) {
        open(name);
        leaf(name + "Type", id_type);
        leaf(name + "Value", id);
        if (!role.empty()) leaf(role_name, role);
        close(name);
    }
    std::string take() { return std::move(out_); }

private:
    void indent() { out_.append(2 * depth_, ' '); }
    std::string out_ = head;
    std::size_t depth_ = 1;
};

void write_object(Writer& to, Object const& object) {
    to.open("object", " xsi:type=\"file\"");
    to.identifier("objectIdentifier", object.id);
    to.open("objectCharacteristics");
    for (auto const& one : object.fixity) {
        to.open("fixity");
        to.leaf("messageDigestAlgorithm", one.algorithm);
        to.leaf("messageDigest", one.digest);
        to.close("fixity");
    }
    if (object.size) to.leaf("size", std::to_string(*object.size));
    to.open("format");
    to.open("formatDesignation");
    to.leaf("formatName", object.format);
    to.close("formatDesignation");
    to.close("format");
    to.close("objectCharacteristics");
    to.optional_leaf("originalName", object.original_name);
    to.close("object");
}

void write_event(Writer& to, Event const& event) {
    to.open("event");
    to.identifier("eventIdentifier", event.id);
    to.leaf("eventType", event.type);
    to.leaf("eventDateTime", event.date_time);
    to.open("eventDetailInformation");
    to.leaf("eventDetail", event.detail);
    to.close("eventDetailInformation");
    to.open("eventOutcomeInformation");
    to.leaf("eventOutcome", event.outcome);
    for (auto const& note : event.outcome_notes) {
        to.open("eventOutcomeDetail");
        to.leaf("eventOutcomeDetailNote", note);
        to.close("eventOutcomeDetail");
    }
    to.close("eventOutcomeInformation");
    for (auto const& link : event.agents)
        to.identifier("linkingAgentIdentifier", link.id, "linkingAgentRole", link.role);
    for (auto const& link : event.objects)
        to.identifier("linkingObjectIdentifier", link.id, "linkingObjectRole", link.role);
    to.close("event");
}

void write_agent(Writer& to, Agent const& agent) {
    to.open("agent");
    to.identifier("agentIdentifier", agent.id);
    to.leaf("agentName", agent.name);
    to.leaf("agentType", agent.type);
    to.optional_leaf("agentVersion", agent.version);
    for (auto const& note : agent.notes) to.leaf("agentNote", note);
    to.close("agent");
}

}  // namespace

std::string write_document(Document const& document) {
    VERIFY(!document.objects.empty());
    Writer to;
    for (auto const& object : document.objects) write_object(to, object);
    for (auto const& event : document.events) write_event(to, event);
    for (auto const& agent : document.agents) write_agent(to, agent);
    return to.take() + "</premis>\n";
}

}  // namespace exhibit::premis
