using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>What submitting an edited definition would change: as `vaesweep plan` says it. Nothing is changed.</summary>
internal sealed class PlanView(Desk desk)
{
    private const string Name = "the edited definition";

    /// <summary>Combinations beyond which it would take a head's time.</summary>
    private const int Most = 200_000;

    public void AddTo(Router router) => router.Add("POST", "/api/plan", AnswerAsync);

    private async Task<Reply> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        if (asked.Role != Role.Owner)
            throw new HttpFault(403, "a visitor may look, and try nothing out.");
        var body = await asked.BodyAsync(cancellationToken);
        var text = body.TryGetProperty("text", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()!
            : throw new HttpFault(400, "'text' must be a sweep file.");
        var definition = Parse(text);
        if (definition.Combinations() > Most)
        {
            throw new HttpFault(
                400, $"it has {definition.Combinations():N0} trials: of more than {Most:N0}, `vaesweep plan FILE` tells.");
        }

        var (lines, samples) = await desk.ReadAsync(
            async store =>
            {
                var result = await store.PlanAsync(
                    SubmitCommand.Submission(definition), definition.Expand(cancellationToken), cancellationToken);
                return (PlanSummary.Lines(definition, result, done: false).ToList(),
                    PlanSummary.Samples(definition, result).ToList());
            },
            cancellationToken);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("lines");
            JsonRenderer.WriteValue(json, lines);
            json.WritePropertyName("samples");
            JsonRenderer.WriteValue(json, samples);
            json.WritePropertyName("warnings");
            JsonRenderer.WriteValue(json, definition.Warnings.Select(one => one.ToString()));
            json.WriteString("command", desk.Command("plan", $"{definition.Name}.yaml"));
            json.WriteEndObject();
        });
    }

    private static SweepDefinition Parse(string text)
    {
        try
        {
            return SweepFile.Parse(text, Name, []);
        }
        catch (SweepFileException wrong)
        {
            throw new HttpFault(400, string.Join('\n', wrong.Faults.Take(20).Select(fault => fault.ToString())));
        }
    }
}
