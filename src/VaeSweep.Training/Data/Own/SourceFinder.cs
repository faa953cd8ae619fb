using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>Finds out what is at a path, and opens it.</summary>
internal sealed class SourceFinder(ImportOptions options, string staging, CancellationToken cancellationToken)
{
    private const string Formats = ".npy, .npz, .csv, .safetensors, IDX (-ubyte or .idx, .gz or not), or a folder of PNG or JPEG";

    private static readonly string[] _train = ["train", "training"];
    private static readonly string[] _valid = ["valid", "val", "validation", "dev"];
    private static readonly string[] _test = ["test", "testing"];

    /// <summary>What arrays of images are called, and their labels.</summary>
    private static readonly string[] _images = ["x", "images", "imgs", "image", "data", "arr_0"];
    private static readonly string[] _labels = ["y", "labels", "label", "targets"];

    /// <exception cref="DatasetException">Nothing is there that can be read; the message says what was found.</exception>
    public ImageParts Open(string path)
    {
        if (Directory.Exists(path))
            return OpenFolder(path);

        if (!File.Exists(path))
            throw new DatasetException($"there is no file or folder {path}.");

        if (new FileInfo(path).Length == 0)
            throw new DatasetException($"{path} is empty.");

        var name = Path.GetFileName(path).ToLowerInvariant();
        var parts = Path.GetExtension(name) switch
        {
            ".npy" => One(new ArraySource(ArrayFiles.Npy(path, path), options.Shape)),
            ".npz" => OpenNpz(path),
            ".safetensors" => OpenArrays(path, ArrayFiles.Safetensors(path)),
            ".csv" or ".tsv" => One(new CsvSource(path, options.Shape, options.LabelColumn, cancellationToken)),
            _ when IsIdx(name) => One(Idx(path)),
            ".png" or ".jpg" or ".jpeg" => throw new DatasetException($"{path} is one image; name the folder that they are in."),
            _ => throw new DatasetException($"{path} has no ending that is known. Read are {Formats}."),
        };
        return WithLabels(parts, names: null);
    }

    private static ImageParts One(ImageSource source) => new(source, null, null);

    private static bool IsIdx(string name) => name.Contains("-ubyte", StringComparison.Ordinal)
        || name.EndsWith(".idx", StringComparison.Ordinal) || name.EndsWith(".idx.gz", StringComparison.Ordinal)
        || name.EndsWith("idx3", StringComparison.Ordinal);

    private ArraySource Idx(string path) => new(ArrayFiles.Idx(path, staging, cancellationToken), options.Shape);

    private ImageParts WithLabels(ImageParts parts, IReadOnlyList<string>? names)
    {
        if (options.Labels is not { } file)
            return parts;

        if (parts is not { Valid: null, Test: null })
        {
            throw new DatasetException("--labels is for images that are not split yet; "
                + $"{parts.Train.Place} has parts of its own.");
        }

        (parts.Train.Labels, parts.Train.LabelNames) =
            LabelFile.Read(file, parts.Train.Count, names, staging, cancellationToken);
        return parts;
    }

    private ImageParts OpenFolder(string path)
    {
        if (OpenIdxFolder(path) is { } idx)
            return idx;

        var all = Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Select(file => Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'));
        string[] names = [.. all.Where(PictureSource.IsPicture).Order(StringComparer.Ordinal)];
        if (names.Length == 0)
            throw new DatasetException($"there is no PNG or JPEG in {path} or below it. Read are {Formats}.");

        var byPart = names.ToLookup(name => PartOf(name.Split('/')[0]));
        if (names.All(name => name.Contains('/', StringComparison.Ordinal)) && byPart[null].FirstOrDefault() is null
            && byPart["train"].Any())
        {
            var hasClasses = names.All(name => name.Count(c => c == '/') > 1);
            ImageSource? Part(string part) => byPart[part].Any()
                ? new PictureSource(path, [.. byPart[part]], options.Grey, hasClasses) : null;

            var parts = new ImageParts(Part("train")!, Part("valid"), Part("test"));
            Reconcile(parts);
            return WithLabels(parts, names: null);
        }

        var source = new PictureSource(path, names, options.Grey, HaveFolders(names));
        return WithLabels(One(source), source.Names);
    }

    // As many tools keep labelled images: a folder for each class.
    private static bool HaveFolders(string[] names) =>
        names.All(name => name.Contains('/', StringComparison.Ordinal))
            && names.Select(Path.GetDirectoryName).Distinct(StringComparer.Ordinal).Skip(1).Any();

    /// <summary>A folder with MNIST's files, or others under their names.</summary>
    private ImageParts? OpenIdxFolder(string path)
    {
        string? Find(string start, string kind) => Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)
            .FirstOrDefault(file => Path.GetFileName(file).StartsWith($"{start}-{kind}", StringComparison.Ordinal)
                && IsIdx(Path.GetFileName(file).ToLowerInvariant()));

        if (Find("train", "images") is not { } train)
            return null;

        ArraySource Labelled(string images, string start)
        {
            var source = Idx(images);
            if (Find(start, "labels") is { } labels)
            {
                var numbers = ArrayFiles.Idx(labels, staging, cancellationToken).ToWholeNumbers();
                source.Labels = numbers.Length == source.Count ? numbers : throw new DatasetException(
                    $"{labels} has {numbers.Length} labels for the {source.Count} images of {images}.");
            }

            return source;
        }

        return new ImageParts(
            Labelled(train, "train"), null, Find("t10k", "images") is { } test ? Labelled(test, "t10k") : null);
    }

    private ImageParts OpenNpz(string path)
    {
        var names = ArrayFiles.NpzNames(path);
        bool Wanted(string name) => options.Array is { } array ? name == array : Roles(names).Values.Contains(name);

        if (options.Array is { } one && !names.Contains(one))
            throw NoArray(path, one, names);

        return OpenArrays(path, ArrayFiles.Npz(path, staging, Wanted, cancellationToken), names);
    }

    private ImageParts OpenArrays(
        string path, IReadOnlyDictionary<string, RawArray> arrays, IReadOnlyList<string>? names = null)
    {
        names ??= [.. arrays.Keys];
        if (options.Array is { } one)
        {
            return arrays.TryGetValue(one, out var array)
                ? One(new ArraySource(array, options.Shape)) : throw NoArray(path, one, names);
        }

        var roles = Roles(names);
        ArraySource? Part(string part)
        {
            if (!roles.TryGetValue(part, out var name))
                return null;

            var source = new ArraySource(arrays[name], options.Shape);
            if (roles.TryGetValue(part + " labels", out var labels))
            {
                var numbers = LabelFile.Checked(arrays[labels].ToWholeNumbers(), row => $"{arrays[labels].Place}, row {row}");
                source.Labels = numbers.Length == source.Count ? numbers : throw new DatasetException(
                    $"{arrays[labels].Place} has {numbers.Length} labels for the {source.Count} images of {source.Place}.");
            }

            return source;
        }

        return Part("train") is { } train ? new ImageParts(train, Part("valid"), Part("test"))
            : throw new DatasetException(
                $"{path} has the arrays {string.Join(", ", names)}: --array says which holds the images.");
    }

    private static DatasetException NoArray(string path, string array, IReadOnlyList<string> names) => new(
        $"{path} has no array '{array}'.{NearestName.Suggest(array, names)} It has: {string.Join(", ", names)}.");

    /// <summary>Which array is what, by their names: x_train, train_images, X, ...</summary>
    private static Dictionary<string, string> Roles(IReadOnlyList<string> names)
    {
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var words = name.ToLowerInvariant().Split('_', '-', '.', '/');
            var part = words.Select(PartOf).FirstOrDefault(found => found is not null);
            var rest = string.Join('_', words.Where(word => PartOf(word) is null));
            if (part is not null && (rest.Length == 0 || _images.Contains(rest)))
                roles.TryAdd(part, name);
            else if (part is not null && _labels.Contains(rest))
                roles.TryAdd(part + " labels", name);
        }

        if (roles.ContainsKey("train"))
            return roles;

        string? Named(string[] known) => known.Select(word =>
            names.FirstOrDefault(name => name.Equals(word, StringComparison.OrdinalIgnoreCase)))
                .FirstOrDefault(one => one is not null);

        if ((Named(_images) ?? (names.Count == 1 ? names[0] : null)) is not { } images)
            return [];

        roles = new Dictionary<string, string>(StringComparer.Ordinal) { ["train"] = images };
        if (Named(_labels) is { } labels)
            roles["train labels"] = labels;

        return roles;
    }

    private static string? PartOf(string word) => word.ToLowerInvariant() switch
    {
        var one when _train.Contains(one) => "train",
        var one when _valid.Contains(one) => "valid",
        var one when _test.Contains(one) => "test",
        _ => null,
    };

    /// <summary>Names of classes are numbered in each part by itself: they must be the same everywhere.</summary>
    private static void Reconcile(ImageParts parts)
    {
        if (!parts.All.All(part => part.Labels is not null))
        {
            foreach (var part in parts.All)
                (part.Labels, part.LabelNames) = (null, null);

            return;
        }

        if (parts.All.All(part => part.LabelNames is null))
            return;

        static string NameOf(ImageSource part, int label) => part.LabelNames?[label] ?? $"{label}";

        string[] names = [.. parts.All.SelectMany(part => part.Labels!.Distinct().Select(label => NameOf(part, label)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        foreach (var part in parts.All)
        {
            part.Labels = Array.ConvertAll(part.Labels!, label => Array.IndexOf(names, NameOf(part, label)));
            part.LabelNames = names;
        }
    }
}
