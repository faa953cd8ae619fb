using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>Trained models as safetensors, each with a card: what it is, what it scored, where it was made, and its
/// tensors.</summary>
internal sealed class ModelExporter : IExporter
{
    private static readonly IReadOnlyList<RecordField<EvaluationRecord>> _score =
        RecordFields.Evaluations.Pick("metric", "value", "samples", "images");

    public string Name => "models";

    public string Description => "a folder with every trained model: TRIAL.safetensors and its card TRIAL.json "
        + "(docs/reading-models.md reads them in Python)";

    public string DefaultTarget(string sweep) => $"{sweep}-models";

    public async Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(job.Target);
        var (exported, missing) = (0, new List<string>());
        foreach (var trial in await job.Store.FindTrialsAsync("", job.Sweep, int.MaxValue, cancellationToken))
        {
            if (!trial.Wanted || trial.ModelPath is null)
                continue;

            var target = PlaceIn(job.Target, trial.Id) + ".safetensors";
            if (!await CopyAsync(trial, target, cancellationToken))
            {
                missing.Add(trial.Id);
                continue;
            }

            await WriteCardAsync(job, trial, target, cancellationToken);
            exported++;
        }

        var told = new List<string> { Numbered.Of(exported, "model") };
        if (missing.Count > 0)
        {
            told.Add($"{Numbered.Of(missing.Count, "model file")} {Numbered.Are(missing.Count)} not on this "
                + $"machine: {string.Join(", ", missing.Take(5))}{(missing.Count > 5 ? ", ..." : "")}");
        }

        return told;
    }

    /// <summary>A trial's own place in a folder that a person has named.</summary>
    /// <param name="trial">The trial's id as the store has it, which somebody else may have written there.</param>
    /// <exception cref="ResultsException">It could lead out of the folder.</exception>
    private static string PlaceIn(string folder, string trial) => trial.Length > 0 && trial.All(char.IsAsciiLetterOrDigit)
        ? Path.Combine(folder, trial)
        : throw new ResultsException(
            $"The store has a trial '{trial}', which vaesweep never names so: nothing is written for it.");

    private static async Task<bool> CopyAsync(TrialStatus trial, string target, CancellationToken cancellationToken)
    {
        if (!File.Exists(trial.ModelPath))
            return false;

        await WholeFile.WriteAsync(target, async stream =>
        {
            await using var source = File.OpenRead(trial.ModelPath);
            await source.CopyToAsync(stream, cancellationToken);
        });
        return true;
    }

    private static async Task WriteCardAsync(ExportJob job, TrialStatus trial, string file, CancellationToken cancellationToken)
    {
        var which = TrialFilter.One(job.Sweep, trial.Id);
        var evaluations = await job.Store.Results.EvaluationsAsync(which, null, cancellationToken).ToListAsync(cancellationToken);
        var last = await job.Store.Results.AttemptsAsync(which, cancellationToken).LastOrDefaultAsync(cancellationToken);
        await using var content = File.OpenRead(file);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        var card = JsonRenderer.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("sweep", job.Sweep);
            json.WriteString("trial", trial.Id);
            json.WriteString("fingerprint", trial.Fingerprint);
            json.WriteString("file", Path.GetFileName(file));
            json.WriteString("sha256", digest);
            json.WriteNumber("epochs", trial.EpochsDone);
            json.WriteBoolean("ended_early", Completeness.EndedEarly(trial.ConfigJson, trial.EpochsDone));
            json.WriteString("finished_at", trial.FinishedAt?.ToString("O", CultureInfo.InvariantCulture));
            json.WritePropertyName("config");
            json.WriteRawValue(trial.ConfigJson);
            _score.WriteTo(json, "evaluations", evaluations);
            json.WritePropertyName("provenance");
            json.WriteRawValue(last?.Provenance ?? "null");
            WriteTensors(json, content);
            json.WriteEndObject();
        });
        await WholeFile.WriteTextAsync(Path.ChangeExtension(file, ".json"), text => text.WriteAsync(card));
    }

    // The header of a safetensors file is JSON behind its length.
    private static void WriteTensors(Utf8JsonWriter json, FileStream file)
    {
        file.Position = 0;
        var length = new byte[sizeof(ulong)];
        file.ReadExactly(length);
        var header = new byte[BinaryPrimitives.ReadInt64LittleEndian(length)];
        file.ReadExactly(header);
        using var parsed = JsonDocument.Parse(header);
        json.WriteStartArray("tensors");
        foreach (var tensor in parsed.RootElement.EnumerateObject().Where(t => !t.NameEquals("__metadata__")))
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("dtype", tensor.Value.GetProperty("dtype").GetString());
            json.WritePropertyName("shape");
            tensor.Value.GetProperty("shape").WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
