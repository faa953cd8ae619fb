using System.Text;

namespace VaeSweep.Sweeps;

/// <summary>A path with its value, rendered once: a million trials are put together from a few hundred of these.</summary>
/// <param name="Config">`,"path":value` for the canonical configuration.</param>
/// <param name="Identity">The same for the text that is fingerprinted; empty where the path is no part of it.</param>
/// <param name="Pack">The same for the text behind the pack key.</param>
internal sealed record ConfigFragment(byte[] Config, byte[] Identity, byte[] Pack)
{
    public static ConfigFragment Nothing { get; } = new([], [], []);

    public static ConfigFragment Of(ConfigPath path, ConfigValue value)
    {
        // Trials of published sets are written as they were before there were others.
        if (path.Kind == ValueKind.OwnDataset && value.IsNull)
            return Nothing;

        var text = Render(path.Name, value);
        var config = text;
        if (path.Name == "model.layers" && value.AsList() is [var single])
        {
            // Tables and queries of single-layer models ask for model.latent, which sorts into the same place.
            config = Render("model.latent", single);
        }

        // A data set of one's own is its content, whatever it is called here.
        var identity = path.Identity && !(path.QuietDefault && value.Equals(path.Default))
            && !(path.Kind == ValueKind.DatasetName && DatasetList.Find(value.AsText()) is null);
        return new ConfigFragment(config, identity ? text : [], path.Pack ? text : []);
    }

    private static byte[] Render(string path, ConfigValue value) => Encoding.ASCII.GetBytes($",\"{path}\":{value.Json}");
}
